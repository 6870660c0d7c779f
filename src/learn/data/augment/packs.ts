import { StageError } from '../../error.ts';
import type { TransformName } from './catalogue.ts';
import { digits } from './packs/digits.ts';
import { medicalImages } from './packs/medical-images.ts';
import { naturalImages } from './packs/natural-images.ts';
import type { Forbidden, Pack } from './packs/pack.ts';
import { series } from './packs/series.ts';
import { tables } from './packs/tables.ts';
import { text } from './packs/text.ts';

/** Domains by their names. */
export const packs = {
  digits,
  'natural-images': naturalImages,
  'medical-images': medicalImages,
  text,
  tables,
  series,
} as const satisfies Readonly<Record<string, Pack>>;

export type PackName = keyof typeof packs;

/** One transform that is asked for. */
export interface Asked {
  readonly name: TransformName;
  readonly amount: number | string;
}

/**
 * Holds what is asked for against a pack.
 *
 * @param despite the user's reasons, by the names of transforms.
 * @returns the reasons that were needed.
 * @throws StageError for all that the pack forbids and no reason is given for, with its own reasons.
 */
export const heldAgainst = (
  name: PackName,
  asked: readonly Asked[],
  despite: Readonly<Partial<Record<TransformName, string>>>,
): Readonly<Record<string, string>> => {
  const { forbidden }: Pack = packs[name];
  const found = asked.flatMap((each) => {
    const rule = forbidden.find((candidate) => forbids(candidate, each));
    return rule === undefined ? [] : [{ ...each, rule, reason: despite[each.name] }];
  });
  const open = found.filter(({ reason }) => reason === undefined);
  if (open.length > 0) {
    const lines = open.map(({ rule, ...each }) => `${told(each, rule)}: ${rule.why}`);
    throw new StageError(
      `the pack "${name}" forbids ${lines.join('; and ')}`,
      `leave it out, or say why it is right for your data: "despite": { "${open[0]!.name}": "…" }`,
    );
  }
  return Object.fromEntries(found.map((each) => [each.name, each.reason!]));
};

export const forbids = ({ name, beyond }: Forbidden, asked: Asked): boolean =>
  name === asked.name &&
  (beyond === undefined || (typeof beyond === 'number' ? Number(asked.amount) > beyond : beyond === asked.amount));

const told = ({ name, amount }: Asked, { beyond }: Forbidden): string =>
  typeof beyond === 'number' ? `${name} of ${amount} (beyond ${beyond})` : `${name} (${amount})`;
