import type { DiagnosisRemedy } from '../../../types/generated/diagnosis.ts';
import { paramOf, setParam } from './change.ts';
import type { Remedy } from './subject.ts';

// Changes to how long, how fast and for what the network is trained.

/** Stop where the loss on validation is lowest, where nothing stops there yet. */
export const stopEarly: Remedy = ({ hasValidation, kept, lowest, epochs }, train) => {
  const stopping = paramOf(train, ['early_stopping']);
  const monitor = paramOf(train, ['early_stopping', 'monitor']);
  const isBy = monitor === 'val_loss' && paramOf(train, ['early_stopping', 'restore_best']) !== false;
  if (!hasValidation || isBy || (stopping === undefined && kept <= lowest && epochs <= lowest + 1)) return undefined;
  const value = { monitor: 'val_loss', mode: 'min', patience: 3 };
  return {
    title: 'early stopping on val_loss, patience 3',
    why: `the loss on validation was lowest at epoch ${lowest} of ${epochs}: what came after it was learnt of train alone`,
    patch: [setParam(train, ['early_stopping'], value)],
  };
};

export const smoothLabels: Remedy = ({ target }, train) => {
  if (target !== 'classes' || paramOf(train, ['label_smoothing']) !== 0) return undefined;
  return {
    title: 'label_smoothing 0.1',
    why: 'a truth of 0.9 is reached by smaller logits: the network becomes less sure of what it cannot know',
    patch: [setParam(train, ['label_smoothing'], 0.1)],
  };
};

/** Twice as many epochs. */
export const trainLonger: Remedy = ({ epochs, stopped }, train) => {
  const planned = paramOf(train, ['epochs']);
  if (stopped === 'early' || typeof planned !== 'number') return undefined;
  return {
    title: `${2 * planned} epochs`,
    why: `the loss was still falling at epoch ${epochs}, the last`,
    patch: [setParam(train, ['epochs'], 2 * planned)],
  };
};

/** Three times the learning rate. */
export const learnFaster: Remedy = (_, train) => {
  const rate = paramOf(train, ['optimizer', 'rate']);
  if (typeof rate !== 'number') return undefined;
  const higher = Number((3 * rate).toPrecision(2));
  return {
    title: `learning rate ${higher} (from ${rate})`,
    why: 'larger steps go further in as many epochs; too large ones diverge, which the trial will show',
    patch: [setParam(train, ['optimizer', 'rate'], higher)],
  };
};

export const sharpLabels: Remedy = (_, train): DiagnosisRemedy | undefined => {
  const smoothing = paramOf(train, ['label_smoothing']);
  if (typeof smoothing !== 'number' || smoothing === 0) return undefined;
  return {
    title: 'no label_smoothing',
    why: 'smoothed labels keep a network from what it could tell with certainty',
    patch: [setParam(train, ['label_smoothing'], 0)],
  };
};
