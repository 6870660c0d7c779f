import { collect, type WhileNobodyCommits } from './collect.ts';
import type { Derived } from './derived.ts';
import { type GcPlan, type GcRequest, planGc } from './plan.ts';
import type { Policy, Reason } from './policy.ts';

/** What gc freed, or in a dry run would free, and what it kept. All of it is JSON. */
export interface GcReport {
  readonly dryRun: boolean;
  readonly policy: Policy;
  readonly freed: {
    readonly content: Sum;
    readonly entries: number;
    readonly derived: readonly (Sum & { readonly kind: Derived['kind'] })[];
  };
  readonly kept: {
    readonly runs: Readonly<Partial<Record<Reason, number>>>;
    /** Of how many runs. */
    readonly of: number;
    readonly bytes: number;
  };
  /** How many pieces stayed although they were to go, since runs under way may use them. */
  readonly inUse: number;
  /** Records and manifests that cannot be read: no content was freed, since they might need any. */
  readonly unreadable: readonly string[];
  /** Whether what is left fits into the budget; absent without one. */
  readonly fits?: boolean;
}

export interface Sum {
  readonly count: number;
  readonly bytes: number;
}

/** Frees what no kept run needs, or says what that is. Records are never touched. */
export const gc = async (
  request: GcRequest & { readonly dryRun: boolean },
  whileNobodyCommits: WhileNobodyCommits,
): Promise<GcReport> => {
  const plan = planGc(request);
  const freed = request.dryRun ? expected(plan) : await carriedOut(plan, request, whileNobodyCommits);
  const gone = [freed.content, ...freed.derived].reduce((sum, { bytes }) => sum + bytes, 0);
  const bytes = plan.bytes - gone;
  return {
    dryRun: request.dryRun,
    policy: request.policy,
    freed: { content: freed.content, entries: freed.entries, derived: freed.derived },
    kept: { runs: countReasons(plan.kept), of: plan.runs, bytes },
    inUse: freed.inUse,
    unreadable: plan.unreadable,
    ...(request.policy.kind === 'bytes' && { fits: bytes <= request.policy.budget }),
  };
};

type Amounts = GcReport['freed'] & Pick<GcReport, 'inUse'>;

const expected = ({ content, entries, derived, table }: GcPlan): Amounts => ({
  content: { count: content.length, bytes: content.reduce((sum, number) => sum + table.sizes[number]!, 0) },
  entries: entries.length,
  derived: sumsOf(derived),
  inUse: 0,
});

const carriedOut = async (plan: GcPlan, request: GcRequest, locked: WhileNobodyCommits): Promise<Amounts> => {
  const { content, entries, derived, inUse } = await collect(plan, request, locked);
  return { content, entries, derived: sumsOf(derived), inUse };
};

const sumsOf = (list: readonly Derived[]): GcReport['freed']['derived'] =>
  [...new Set(list.map(({ kind }) => kind))].map((kind) => {
    const same = list.filter((each) => each.kind === kind);
    return { kind, count: same.length, bytes: same.reduce((sum, { bytes }) => sum + bytes, 0) };
  });

const countReasons = (kept: ReadonlyMap<string, Reason>): Partial<Record<Reason, number>> => {
  const counts: Partial<Record<Reason, number>> = {};
  for (const reason of kept.values()) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
};
