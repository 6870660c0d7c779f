import type { Finding, Findings } from '../../../src/types/generated/findings.ts';
import { count, formatValue } from '../words.ts';
import { checksTable, type Search } from './found.ts';

/** What preflight and the live doctor found in the training. */
export const foundInTraining = ({ checks, findings }: Findings): Search => ({
  found: findings.map(({ severity, phase, message, evidence, remedy, step, epoch }) => ({
    tone: tones[severity],
    badge: severity,
    about: 'training',
    message,
    evidence: `${when(phase, step, epoch)}: ${Object.entries(evidence)
      .map(([name, value]) => `${name.replaceAll('_', ' ')} ${typeof value === 'number' ? formatValue(value) : value}`)
      .join(', ')}.`,
    remedy: `What to do: ${remedy}.`,
  })),
  checks: checksTable(
    'What was looked for in the training',
    checks.map(({ id, state, what }) => ({ name: words[id], state, what })),
  ),
});

const tones: Readonly<Record<Finding['severity'], 'bad' | 'warn'>> = { error: 'bad', warning: 'warn' };

const when = (phase: Finding['phase'], step: number | undefined, epoch: number | undefined): string => {
  if (phase === 'preflight') return 'Before the first step';
  return step === undefined ? `After epoch ${epoch}` : `At step ${count(step)}`;
};

const words: Readonly<Record<Finding['id'], string>> = {
  labels: 'Labels that fit the outputs',
  'initial-loss': 'A first loss as of chance',
  'input-ignored': 'Outputs that follow the input',
  'gradient-flow': 'Gradients in each layer',
  'overfit-batch': 'A few examples learned by heart',
  'shuffled-labels': 'Right labels against shuffled ones',
  'not-finite': 'Numbers that are finite',
  'rate-too-high': 'Steps that are not too large',
  'loss-rises': 'A loss that does not rise',
  'loss-spike': 'A loss without jumps',
  plateau: 'A loss that falls at all',
  'dead-units': 'Units that are alive',
  'mode-collapse': 'Drawn images that differ',
  'discriminator-wins': 'A generator that keeps up',
  'generator-wins': 'A discriminator that keeps up',
};
