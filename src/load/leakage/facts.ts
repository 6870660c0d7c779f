import type { Finding } from '../finding.ts';
import type { Role, Use } from './flow.ts';
import type { RowSet } from './row-set.ts';

/** The way that rows, or what was learnt of them, have gone: the last node, and the way to it. */
export interface Trail {
  readonly label: string;
  readonly before: Trail | undefined;
}

/** A stage has fitted, chosen or judged on the rows of one of its deps. */
export interface Sight {
  readonly use: Use;
  readonly pipeline: string;
  readonly stage: string;
  /** The stage's name, with that of its pipeline where it is another one. */
  readonly label: string;
  readonly dep: string;
  readonly rows: ReadonlyMap<RowSet, Trail | undefined>;
}

/** A stage has varied, multiplied or made up rows. */
export interface Alteration {
  readonly pipeline: string;
  readonly stage: string;
  readonly label: string;
  readonly dep: string;
  /** The way of the rows to it. */
  readonly before: Trail | undefined;
}

/** What is known of an out before it exists. Each with the way that it has gone since it came to be. */
export interface Facts {
  /** Whose rows it holds. */
  readonly rows: ReadonlyMap<RowSet, Trail | undefined>;
  /** What it was made by, through any number of stages. */
  readonly seen: ReadonlyMap<Sight, Trail | undefined>;
  readonly altered: ReadonlyMap<Alteration, Trail | undefined>;
  /** Judgements that stand in it as its maker wrote them: to read them is not yet to act on them. */
  readonly told: ReadonlySet<Sight>;
}

export const noFacts: Facts = { rows: new Map(), seen: new Map(), altered: new Map(), told: new Set() };

/** A trail as people read it. */
export const labelsOf = (trail: Trail | undefined): readonly string[] => {
  const labels: string[] = [];
  for (let at = trail; at !== undefined; at = at.before) labels.push(at.label);
  return labels.reverse();
};

/** A place where something is held against what was learnt, and what it meets there. */
export type Leak =
  /** A fit or a choice on rows that are not for it. */
  | { readonly kind: 'held out'; readonly sight: Sight; readonly rows: RowSet; readonly role: Role }
  /** Rows that are set apart, chosen by or judged on have been seen by a fit or a choice. */
  | Seen
  /** A fit or a choice goes by what was judged on test. */
  | { readonly kind: 'told'; readonly sight: Sight; readonly site: Site; readonly trail: Trail | undefined }
  | { readonly kind: 'altered held out'; readonly alteration: Alteration; readonly rows: RowSet; readonly role: Role }
  | {
      readonly kind: 'altered';
      readonly alteration: Alteration;
      readonly site: Site;
      readonly trail: Trail | undefined;
    };

export interface Seen {
  readonly kind: 'seen';
  readonly sight: Sight;
  readonly site: Site;
  readonly learnt: RowSet;
  readonly held: RowSet;
  /** The way of the held rows to the site. */
  readonly heldTrail: Trail | undefined;
  /** From the sight to the site. */
  readonly trail: Trail | undefined;
}

export interface Site {
  readonly pipeline: string;
  readonly stage: string;
  readonly dep: string;
  readonly does: Use | 'split';
  /** The part that is set apart, chosen by or judged on there. */
  readonly role?: Role | undefined;
}

export type LeakOf<Kind extends Leak['kind']> = Extract<Leak, { readonly kind: Kind }>;

/** A mistake, with the dep at which it is told. */
export interface Told {
  readonly finding: Finding;
  readonly stage: string;
  readonly dep: string;
}
