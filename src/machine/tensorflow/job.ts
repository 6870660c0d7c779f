/** What the parts of an installation share while it is made. */
export interface InstallJob {
  /** Absolute path of the folder in which it is made; it goes where the installation is to stand, or away. */
  readonly work: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Says that a part of the work begins. */
  readonly began: (part: InstallPart) => void;
  /** Says how far it is, in bytes; `total` is 0 where it is not known. */
  readonly progress: (part: InstallPart, done: number, total: number) => void;
}

export type InstallPart = 'download' | 'unpack' | 'sources' | 'compile' | 'kernels' | 'digests' | 'trial';
