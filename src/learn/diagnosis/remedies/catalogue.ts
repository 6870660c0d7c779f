import type { DiagnosisRemedy } from '../../../types/generated/diagnosis.ts';
import { moreAugmentation } from './data.ts';
import { batchNorm, lessPenalized, moreDropout, penalty, resized } from './model.ts';
import { type Remedy, remediesFor, type Subject } from './subject.ts';
import { learnFaster, sharpLabels, smoothLabels, stopEarly, trainLonger } from './training.ts';

/** Against a network that learns more of train than holds elsewhere; what costs least comes first. */
export const againstOverfitting = (subject: Subject): DiagnosisRemedy[] => [
  ...remediesFor(subject, [stopEarly, (_, train) => moreDropout(train), (_, train) => penalty(train)]),
  ...(subject.train === undefined ? [] : moreAugmentation(subject, subject.train)),
  ...remediesFor(subject, [smoothLabels, (_, train) => batchNorm(train), smaller]),
];

/** Against a network that learns less than it could. */
export const againstUnderfitting = (subject: Subject): DiagnosisRemedy[] =>
  remediesFor(subject, [trainLonger, learnFaster, (_, train) => lessPenalized(train), sharpLabels, larger]);

/** Where it was still learning. */
export const againstAnEarlyEnd = (subject: Subject): DiagnosisRemedy[] =>
  remediesFor(subject, [trainLonger, learnFaster]);

const smaller: Remedy = (_, train) => resized(train, 0.5, 'fewer weights can learn fewer examples by heart');
const larger: Remedy = (_, train) => resized(train, 2, 'more weights can tell more apart');
