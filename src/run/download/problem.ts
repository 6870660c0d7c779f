/** A file cannot be downloaded, and another try would change nothing: the user's to mend. */
export class DownloadProblem extends Error {
  override readonly name = 'DownloadProblem';
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

/** An attempt has failed in a way that may be over the next time: a cut connection, a server that is busy. */
export class PassingProblem extends Error {
  override readonly name = 'PassingProblem';
  constructor(
    message: string,
    /** Milliseconds that the server asks us to wait. */
    readonly wait?: number,
  ) {
    super(message);
  }
}
