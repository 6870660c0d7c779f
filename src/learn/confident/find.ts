import { must } from '../matrix.ts';
import { type ConfidentJoint, confidentClass, confidentJoint, type Judged } from './joint.ts';

/**
 * How rows with a wrong label are chosen.
 * - `confident-joint`: all that are counted off the diagonal of the confident joint.
 * - `by-class`: of each given class as many as the joint says are wrong, those least probable for their label.
 * - `by-noise-rate`: for each given and other class as many as the joint says, by the largest margin of the other.
 * - `both`: what both of the last two choose.
 */
export type PruneMethod = 'confident-joint' | 'by-class' | 'by-noise-rate' | 'both';

/** A row whose label is probably wrong. */
export interface LabelIssue {
  readonly row: number;
  readonly given: number;
  /** Most probable class but for the given one. */
  readonly suggested: number;
  /** Probability of the given label, out of fold. */
  readonly selfConfidence: number;
  /** Probability of the given label minus that of the suggested one: -1 to 1, the worst lowest. */
  readonly margin: number;
}

export interface LabelIssues extends ConfidentJoint {
  /** The worst margin first; of equal ones the lower row. */
  readonly issues: readonly LabelIssue[];
}

/**
 * Finds rows that are labelled wrong. The probabilities must be out of fold: a model that has learned a wrong label
 * finds it right.
 *
 * @param rankBy `margin` by default.
 * @see C. Northcutt, L. Jiang, I. Chuang: Confident Learning, JAIR 70, 2021, sections 3.2 and 3.3.
 */
export const findLabelIssues = (
  judged: Judged,
  { method, rankBy = 'margin' }: { readonly method: PruneMethod; readonly rankBy?: 'margin' | 'self-confidence' },
): LabelIssues => {
  const joint = confidentJoint(judged);
  const all = Array.from({ length: judged.labels.length }, (_, row) => judge(judged, row));
  const key = rankBy === 'margin' ? 'margin' : 'selfConfidence';
  const issues = choose(method, { judged, joint, all })
    .map((row) => all[row]!)
    .sort((a, b) => a[key] - b[key] || a.row - b.row);
  return { ...joint, issues };
};

const judge = ({ labels, probabilities, classes }: Judged, row: number): LabelIssue => {
  const given = labels[row]!;
  let suggested = given === 0 ? 1 : 0;
  for (let k = 0; k < classes; k += 1) {
    if (k !== given && probabilities[row * classes + k]! > probabilities[row * classes + suggested]!) suggested = k;
  }
  const selfConfidence = probabilities[row * classes + given]!;
  return { row, given, suggested, selfConfidence, margin: selfConfidence - probabilities[row * classes + suggested]! };
};

interface Evidence {
  readonly judged: Judged;
  readonly joint: ConfidentJoint;
  readonly all: readonly LabelIssue[];
}

const choose = (method: PruneMethod, evidence: Evidence): number[] => {
  switch (method) {
    case 'confident-joint':
      return offDiagonal(evidence);
    case 'by-class':
      return [...byClass(evidence)];
    case 'by-noise-rate':
      return [...byNoiseRate(evidence)];
    case 'both': {
      const other = byNoiseRate(evidence);
      return [...byClass(evidence)].filter((row) => other.has(row));
    }
    default:
      must(false, `there is no method "${method satisfies never}"`);
      return [];
  }
};

const offDiagonal = ({ judged, joint, all }: Evidence): number[] =>
  all.flatMap(({ row, given }) => {
    const truth = confidentClass(judged, joint.thresholds, row);
    return truth === null || truth === given ? [] : [row];
  });

const byClass = ({ judged: { classes, labels }, joint, all }: Evidence): Set<number> => {
  const chosen = new Set<number>();
  for (let from = 0; from < classes; from += 1) {
    const shares = joint.joint.subarray(from * classes, (from + 1) * classes);
    const wrong = Math.round(labels.length * shares.reduce((sum, share, to) => (to === from ? sum : sum + share), 0));
    const worst = all
      .filter(({ given }) => given === from)
      .sort((a, b) => a.selfConfidence - b.selfConfidence || a.row - b.row);
    for (const { row } of worst.slice(0, wrong)) chosen.add(row);
  }
  return chosen;
};

const byNoiseRate = ({ judged: { classes, labels, probabilities }, joint, all }: Evidence): Set<number> => {
  const chosen = new Set<number>();
  for (let from = 0; from < classes; from += 1) {
    const rows = all.filter(({ given }) => given === from);
    for (let to = 0; to < classes; to += 1) {
      const wrong = Math.round(labels.length * joint.joint[from * classes + to]!);
      if (to === from || wrong === 0) continue;
      const lead = ({ row, selfConfidence }: LabelIssue): number => probabilities[row * classes + to]! - selfConfidence;
      const worst = rows.toSorted((a, b) => lead(b) - lead(a) || a.row - b.row);
      for (const { row } of worst.slice(0, wrong)) chosen.add(row);
    }
  }
  return chosen;
};
