/** A command as one would type it into a shell: argv is quoted where it has to be, a line stays as it is. */
export const shellLine = (run: string | readonly string[]): string =>
  typeof run === 'string' ? run : run.map(quote).join(' ');

/** The command of a stage run, with what it had as standard input and output; undefined for a stage type. */
export const commandLine = (fields: Readonly<Record<string, unknown>>): string | undefined => {
  const { run, stdin, stdout } = fields as { run?: string | string[]; stdin?: string; stdout?: string };
  if (run === undefined) return undefined;
  const line = shellLine(run);
  const grouped = typeof run === 'string' && (stdin ?? stdout) !== undefined ? `{ ${line}; }` : line;
  return (
    grouped + (stdin === undefined ? '' : ` < {deps.${stdin}}`) + (stdout === undefined ? '' : ` > {outs.${stdout}}`)
  );
};

const quote = (word: string): string => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
