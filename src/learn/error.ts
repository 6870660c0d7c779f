/**
 * What a stage throws when its inputs or params cannot be used: told to the user without a stack.
 * Any other error that leaves a stage is a bug.
 */
export class StageError extends Error {
  override readonly name = 'StageError';
  /** What the user can do about it: one phrase, no full stop. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(hint === undefined ? message : `${message}\nhint: ${hint}`);
    this.hint = hint;
  }
}

/**
 * What a stage throws before it computes anything, when its backend cannot run it: where the user has not insisted on
 * that backend, the runner takes the next one.
 */
export class BackendUnfit extends Error {
  override readonly name = 'BackendUnfit';
}
