/** A command as one would type it into a shell: argv is quoted where it has to be, a line stays as it is. */
export const shellLine = (run: string | readonly string[]): string =>
  typeof run === 'string' ? run : run.map(shellWord).join(' ');

/** The command of a stage run, with what it had as standard input and output; undefined for a stage type. */
export const commandLine = (fields: Readonly<Record<string, unknown>>): string | undefined => {
  const { run } = fields as { readonly run?: string | readonly string[] };
  if (run === undefined) return undefined;
  const streams = streamsOf(fields);
  return typeof run === 'string' && streams !== '' ? `{ ${run}; }${streams}` : shellLine(run) + streams;
};

/** ` < {deps.x} > {outs.y}`, as far as a command has them. */
export const streamsOf = ({ stdin, stdout }: Readonly<Record<string, unknown>>): string =>
  [
    ...(stdin === undefined ? [] : [` < {deps.${stdin}}`]),
    ...(stdout === undefined ? [] : [` > {outs.${stdout}}`]),
  ].join('');

/** Quoted as a shell would need it, so that where a word ends can be seen. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
