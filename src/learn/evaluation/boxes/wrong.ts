import type { ShownBox, ShownPrediction, WrongBoxes } from '../../../types/generated/evaluation.ts';
import { besideEachOther, matchesAt, thresholds } from '../../metrics/detection-match.ts';
import type { BoxSet } from './match.ts';

/** The overlap from which on a box counts as found here. */
const half = thresholds[0]!;
/** How many boxes of each kind are kept of an image. */
const mostShown = 50;

/** Images with boxes that were not found, or that are none: how many, and the first, those with the most such boxes first. */
export const wrongImages = (set: BoxSet, most: number): { readonly count: number; readonly kept: WrongBoxes[] } => {
  const images = set.names.map((id, at) => imageOf(id, set, at)).filter((each) => faults(each) > 0);
  return { count: images.length, kept: images.toSorted((a, b) => faults(b) - faults(a)).slice(0, most) };
};

const faults = ({ actual, found, false_alarms }: WrongBoxes): number => actual - found + false_alarms;

const imageOf = (id: string, { images, labels }: BoxSet, at: number): WrongBoxes => {
  const image = images[at]!;
  const actual: ShownBox[] = [];
  const predicted: ShownPrediction[] = [];
  for (const [category, label] of labels.entries()) {
    const beside = besideEachOther(image, category, 'all');
    const matches = matchesAt(beside, half);
    for (const [place, { box, ignored }] of beside.wanted.entries()) {
      const verdict = ignored ? 'crowd' : matches.includes(place) ? 'found' : 'missed';
      actual.push({ label, box: [...box], verdict });
    }
    for (const [place, { box, score }] of beside.found.entries()) {
      const match = matches[place]!;
      const verdict = match < 0 ? 'false_alarm' : beside.wanted[match]!.ignored ? 'ignored' : 'right';
      predicted.push({ label, box: [...box], score, verdict });
    }
  }
  const count = (of: readonly { readonly verdict: string }[], verdict: string): number =>
    of.filter((each) => each.verdict === verdict).length;
  const found = count(actual, 'found');
  return {
    ...{ id, actual: found + count(actual, 'missed'), found, false_alarms: count(predicted, 'false_alarm') },
    actual_boxes: actual.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict)).slice(0, mostShown),
    predicted_boxes: predicted.toSorted((a, b) => b.score - a.score).slice(0, mostShown),
  };
};

const order: readonly ShownBox['verdict'][] = ['missed', 'found', 'crowd'];
