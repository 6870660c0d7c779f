import type { Profile } from './generated/profile.ts';

/** What is to be profiled, and in how many rows it is looked for what goes along with what. */
export interface ProfileOrder {
  readonly source: ProfileSource;
  readonly sample: number;
}

export type ProfileSource =
  /** A data set's folder. */
  | { readonly kind: 'dataset'; readonly folder: string }
  /** A file or folder that has to be ingested first, into an empty folder. */
  | { readonly kind: 'raw'; readonly path: string; readonly into: string; readonly target?: string };

/** What the program says: how far it is, and then `profiled` or `failed`. */
export type ProfileAnswer =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'profiled'; readonly profile: Profile }
  | { readonly type: 'failed'; readonly message: string; readonly hint?: string };
