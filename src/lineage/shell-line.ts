/** A command as one would type it into a shell: argv is quoted where it has to be, a line stays as it is. */
export const shellLine = (run: string | readonly string[]): string =>
  typeof run === 'string' ? run : run.map(quote).join(' ');

const quote = (word: string): string => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
