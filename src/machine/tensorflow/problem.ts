/** Why an installation cannot be had: told in one line, with what to do about it. Nothing of it is left behind. */
export class InstallProblem extends Error {
  override readonly name = 'InstallProblem';
  constructor(
    message: string,
    /** One phrase, no full stop. */
    readonly hint?: string,
    /** `mistake`: the command asks for what makes no sense. */
    readonly kind: 'machine' | 'mistake' = 'machine',
  ) {
    super(message);
  }
}
