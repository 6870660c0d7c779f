import type {
  CategoryProfile,
  NumberProfile,
  Profile,
  ProfileFinding,
  TextProfile,
} from '../../types/generated/profile.ts';
import { counted, grouped } from '../data/words.ts';

type Tabular = NumberProfile | CategoryProfile | TextProfile;

/** From which shares and values on something looks suspicious. */
const thresholds = {
  /** Share of missing values. */
  missing: 0.5,
  /** Share of different values among those that are there, in 20 or more. */
  unique: 0.95,
  fewestUnique: 20,
  /** That of an exponential distribution: beyond it a long tail rules the mean. */
  skewness: 2,
  /** Share of a class, and rows of it: below either it is rare. */
  rareShare: 0.01,
  rareRows: 10,
  /** Rows of the most frequent class for each of the rarest. */
  imbalance: 10,
};

/** What looks suspicious in the columns, each with what to do about it. */
export const findingsOf = ({ rows, target, columns, pairs }: Omit<Profile, 'findings'>): ProfileFinding[] => [
  ...columns.flatMap((column) => {
    if (column.kind === 'tensor') return [];
    const about = { rows, isTarget: column.name === target };
    return [...presence(column, about), ...shape(column, about), ...classes(column, about)];
  }),
  ...pairs.map(
    ({ first, second, pearson }): ProfileFinding => ({
      kind: 'correlated',
      column: second,
      message: `"${second}" goes along with "${first}": their correlation is ${short(pearson)}`,
      remedy: `leave one of the two out (params.columns of ingest), unless a tree or a regularized model is to choose`,
    }),
  ),
];

interface About {
  readonly rows: number;
  readonly isTarget: boolean;
}

const presence = ({ name, missing, distinct }: Tabular, { rows, isTarget }: About): ProfileFinding[] => {
  if (rows === 0) return [];
  const leave = `leave "${name}" out (params.columns of ingest)`;
  if (missing === rows) {
    const message = `"${name}" has no value in any row`;
    return [{ kind: 'all-missing', column: name, message, remedy: isTarget ? 'choose another target' : leave }];
  }
  const found: ProfileFinding[] = [];
  if (missing / rows >= thresholds.missing)
    found.push({
      kind: 'often-missing',
      column: name,
      message: `"${name}" is missing in ${grouped(missing)} of ${counted(rows, 'row')}`,
      remedy: isTarget
        ? 'drop the rows without a target in clean'
        : `${leave}, or impute it and say so by an indicator`,
    });
  if (distinct === 1 && rows > 1)
    found.push({
      kind: 'constant',
      column: name,
      message: `"${name}" has one value in all rows where it is there`,
      remedy: isTarget ? 'there is nothing to learn: choose another target, or bring rows of other classes' : leave,
    });
  return found;
};

/** Identifiers, and numbers whose tail rules. */
const shape = (column: Tabular, { rows, isTarget }: About): ProfileFinding[] => {
  const { name, missing, distinct } = column;
  const there = rows - missing;
  const found: ProfileFinding[] = [];
  if (mayBeCode(column, there) && there >= thresholds.fewestUnique && distinct / there >= thresholds.unique)
    found.push({
      kind: 'nearly-unique',
      column: name,
      message: `"${name}" has ${counted(distinct, 'different value')} in ${counted(there, 'row')}: it may name the row`,
      remedy: isTarget
        ? 'check that this is what is to be predicted'
        : `leave it out (params.columns of ingest) if it is an identifier: a model would learn it by heart`,
    });
  const skewness = column.kind === 'number' ? column.values?.skewness : null;
  // Of two or three values, skewness says only that one is rare.
  if (
    column.kind === 'number' &&
    typeof skewness === 'number' &&
    Math.abs(skewness) > thresholds.skewness &&
    distinct > 10
  )
    found.push({
      kind: 'skewed',
      column: name,
      message: `"${name}" is skewed: skewness ${short(skewness)}, ${short(column.values!.min)} to ${short(column.values!.max)} with the median at ${short(column.values!.quantiles['50%'])}`,
      remedy:
        skewness > 0 && column.values!.min >= 0 ? `normalize it by "log1p"` : `normalize it by "quantile" or "robust"`,
    });
  return found;
};

/** Labels, and whole numbers that lie close to each other, as numbers of rows do; amounts are far apart. */
const mayBeCode = (column: Tabular, there: number): boolean => {
  if (column.kind !== 'number') return column.kind === 'category';
  return column.whole && column.values !== null && column.values.max - column.values.min < 10 * there;
};

/** Rare classes and imbalance, of a target of categories; of lists of labels, those of each label. */
const classes = (column: Tabular, { rows, isTarget }: About): ProfileFinding[] => {
  if (!isTarget || column.kind !== 'category' || column.distinct < 2) return [];
  const [most, fewest, say] =
    column.each === undefined
      ? [column.labels[0]!, column.rarest, ofClasses]
      : [column.each[0]!, column.each.toReversed(), ofLists];
  const there = rows - column.missing;
  const rare = fewest.filter(({ rows: few }) => few < thresholds.rareRows || few / there < thresholds.rareShare);
  const found = rare.map(
    ({ label, rows: few }): ProfileFinding => ({
      kind: 'rare-class',
      column: column.name,
      message: `${say.one} "${label}" has ${grouped(few)} of ${counted(there, 'row')}`,
      remedy: say.rare,
    }),
  );
  const least = fewest.find(({ rows: few }) => few > 0);
  if (least === undefined || most.rows / least.rows < thresholds.imbalance) return found;
  const message = `${say.all} are uneven: "${most.label}" has ${short(most.rows / least.rows)} times the rows of "${least.label}"`;
  return [...found, { kind: 'imbalanced', column: column.name, message, remedy: say.uneven }];
};

const ofClasses = {
  one: 'class',
  all: 'classes',
  rare: 'bring more rows of it, merge it with another class (rule map of clean), or drop it; split stratified',
  uneven: 'weight or resample train (stage balance), and judge by macro F1 or recall, not by accuracy alone',
};

const ofLists = {
  one: 'label',
  all: 'labels',
  rare: 'bring more rows that have it: what is said of it is said of few',
  uneven: 'weight the labels (stage balance), choose a threshold for each by validation, and judge by macro F1',
};

/** A number with few digits, for sentences. */
const short = (value: number): string => {
  const rounded = Number(value.toPrecision(3));
  return Number.isInteger(rounded) && rounded >= 0 ? grouped(rounded) : String(rounded);
};
