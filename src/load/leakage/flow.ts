/** The parts that a split makes: validation is for choices, test for judging alone. */
export type Role = 'train' | 'validation' | 'test';

/** What is done with rows to make an out. */
export type Use = 'fit' | 'choose' | 'judge';

/** A pipeline as the search for leaks sees it: which rows go where, and what is made of them. */
export interface FlowPipeline {
  readonly name: string;
  /** In topological order. */
  readonly stages: ReadonlyMap<string, FlowStage>;
}

export interface FlowStage {
  readonly name: string;
  readonly deps: Readonly<Record<string, FlowSource>>;
  readonly outs: Readonly<Record<string, FlowOut>>;
  /** JSON of all that decides which rows it picks, but for its deps: type, params, seed, or the command. */
  readonly self: string;
  /** Whether it may judge on rows that were learnt from. */
  readonly diagnosis: boolean;
}

export type FlowSource =
  | { readonly kind: 'stage'; readonly stage: string; readonly out: string }
  | { readonly kind: 'pipeline'; readonly pipeline: string; readonly stage: string; readonly out: string }
  /** Names of folders, from the outermost, and of the file: `["path:data", "x.csv"]`. */
  | { readonly kind: 'files'; readonly segments: readonly string[] };

export interface FlowOut {
  /** Deps whose rows it holds. */
  readonly rows: readonly string[];
  /** The stage says so; else it is supposed. */
  readonly rowsDeclared: boolean;
  readonly uses: Readonly<Record<Use, readonly string[]>>;
  readonly split?: Role;
  /** How the source itself decides which rows it has, as `test="official"`. */
  readonly given?: string;
  readonly altered: boolean;
}
