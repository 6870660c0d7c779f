import type { Finding, Findings, FindingsCheck } from '../../types/generated/findings.ts';
import type { GanEpoch } from '../../types/generated/gan-history.ts';

/** What is looked for after each epoch: it has to be so in two of them in a row; in three, where it mends. */
interface Check {
  readonly id: FindingsCheck['id'];
  readonly what: string;
  readonly isSo: (epoch: GanEpoch, limits: Limits) => boolean;
  /** Whether it mends, from one epoch to the next, as at the beginning of a training. */
  readonly isMending?: (before: GanEpoch, after: GanEpoch) => boolean;
  readonly tell: (epoch: GanEpoch, limits: Limits) => Omit<Finding, 'id' | 'phase' | 'epoch'>;
}

export interface Limits {
  /** Diversity below which a generator has collapsed, in [0, 1]. */
  readonly collapseBelow: number;
}

const checks: readonly Check[] = [
  {
    id: 'mode-collapse',
    what: 'the distance between drawn images against that between real ones, after each epoch',
    isSo: ({ diversity }, { collapseBelow }) => diversity < collapseBelow,
    isMending: (before, after) => after.diversity > 1.1 * before.diversity,
    tell: ({ diversity }, { collapseBelow }) => ({
      severity: 'error',
      message: `the generator has collapsed: what it draws differs by ${percent(diversity)} of how real images differ`,
      evidence: { diversity, least: collapseBelow },
      remedy: 'a lower rate in both optimizers, more latent numbers, or dropout in the discriminator',
    }),
  },
  {
    id: 'discriminator-wins',
    what: 'how much the discriminator tells right, in each epoch',
    isSo: ({ accuracy }) => accuracy > mostRight,
    tell: ({ accuracy }) => ({
      severity: 'warning',
      message: `the discriminator tells ${percent(accuracy)} right: the generator learns little from it`,
      evidence: { accuracy, most: mostRight },
      remedy: 'a lower rate in discriminator_optimizer, fewer filters or more dropout in discriminator',
    }),
  },
  {
    id: 'generator-wins',
    what: 'whether the discriminator tells less right than by chance, in each epoch',
    isSo: ({ accuracy }) => accuracy < leastRight,
    tell: ({ accuracy }) => ({
      severity: 'warning',
      message: `the discriminator tells ${percent(accuracy)} right, less than by chance: it cannot keep up`,
      evidence: { accuracy, least: leastRight },
      remedy: 'a lower rate in generator_optimizer, or more filters in discriminator',
    }),
  },
];

const mostRight = 0.99;
const leastRight = 0.4;

/** Each kind of trouble at the epoch at which it was first seen, in the order of the epochs. */
export const troubleIn = (epochs: readonly GanEpoch[], limits: Limits): Finding[] =>
  epochs.flatMap((epoch, at) =>
    checks
      .filter((check) => firstTrouble(check, epochs, limits) === at)
      .map(({ id, tell }) => ({ id, phase: 'training' as const, ...tell(epoch, limits), epoch: epoch.epoch })),
  );

const firstTrouble = ({ isSo, isMending }: Check, epochs: readonly GanEpoch[], limits: Limits): number =>
  epochs.findIndex((epoch, at) => {
    const last = epochs.slice(Math.max(0, at - 2), at + 1).filter((one) => isSo(one, limits));
    if (last.length === 3) return true;
    const before = epochs[at - 1];
    return before !== undefined && isSo(before, limits) && isSo(epoch, limits) && isMending?.(before, epoch) !== true;
  });

/** The file findings.json. */
export const findingsOf = (epochs: readonly GanEpoch[], limits: Limits): Findings => {
  const findings = troubleIn(epochs, limits);
  const stateOf = (id: FindingsCheck['id']) => (findings.some((finding) => finding.id === id) ? 'found' : 'clean');
  return {
    format: 'stemma-findings-v1',
    checks: checks.map(({ id, what }) =>
      epochs.length < 2
        ? { id, phase: 'training', state: 'left out', what: 'one epoch is too few' }
        : { id, phase: 'training', state: stateOf(id), what },
    ),
    findings,
  };
};

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
