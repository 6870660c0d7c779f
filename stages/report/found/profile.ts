import type { Profile } from '../../../src/types/generated/profile.ts';
import { capital } from '../words.ts';
import type { Search } from './found.ts';

/** What looks suspicious in the columns: gaps, classes that are rare or uneven, columns that say the same. */
export const foundInColumns = ({ findings }: Profile): Search => ({
  found: findings.map(({ kind, message, remedy }) => ({
    tone: 'warn',
    badge: 'suspicious',
    about: about[kind] ?? 'data',
    message,
    remedy: `${capital(remedy)}.`,
  })),
});

const about: Partial<Record<Profile['findings'][number]['kind'], string>> = {
  'rare-class': 'imbalance',
  imbalanced: 'imbalance',
};
