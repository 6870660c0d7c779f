/** A mistake on the command line: told without a stack, exit code 2. Mistakes in files are diagnostics. */
export class UserMistake extends Error {
  override readonly name = 'UserMistake';
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}
