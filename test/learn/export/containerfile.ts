export interface Instruction {
  /** As `COPY`. */
  readonly name: string;
  readonly rest: string;
}

/** The instructions of a Containerfile of one line each, without its comments. */
export const instructionsOf = (text: string): readonly Instruction[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ name: line.slice(0, line.indexOf(' ')), rest: line.slice(line.indexOf(' ') + 1) }));
