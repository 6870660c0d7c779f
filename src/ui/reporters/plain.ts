import type { RunEvent } from '../../types/events.ts';
import { formatSeconds } from '../format.ts';
import type { Paint } from '../paint.ts';
import type { Reporter } from './contract.ts';
import type { EventOf } from './events.ts';
import { rowLines } from './lines.ts';
import { advance, fractionOf, type Meter, partsOf, percentOf } from './meter.ts';
import { createTranscript, type Transcript } from './transcript.ts';

/** For pipes and CI: a line a stage when it ends, and now and then one for work that takes long. */
export const createPlainReporter = (options: PlainOptions): Reporter => {
  const transcript = createTranscript({ ...options, columns: () => Number.POSITIVE_INFINITY });
  const running = new Map<string, Running>();

  const linesOf = (event: RunEvent): readonly string[] => {
    const at = options.now();
    switch (event.type) {
      case 'stage-started':
        running.set(event.stage, { fingerprint: event.fingerprint, startedAt: at, saidAt: at, saidFraction: 0 });
        return announce(event, transcript);
      case 'stage-progress':
        return progressLines(running.get(event.stage), event, { at, transcript });
      case 'stage-ended':
        running.delete(event.stage);
        return transcript.add(event);
      default:
        return transcript.add(event);
    }
  };

  const event = (each: RunEvent): void => {
    const lines = linesOf(each);
    if (lines.length > 0) options.stream.write(`${lines.join('\n')}\n`);
  };
  return { event, close: () => {} };
};

export interface PlainOptions {
  readonly stream: { readonly write: (text: string) => unknown };
  readonly now: () => number;
  readonly listing: 'short' | 'all';
  readonly paint: Paint;
}

interface Running {
  readonly fingerprint: string;
  readonly startedAt: number;
  meter?: Meter;
  /** When and at which fraction its last line was printed. */
  saidAt: number;
  saidFraction: number;
}

/** Progress is said 10 s and 10 % apart, and at least once a minute. */
const between = { milliseconds: 10_000, fraction: 0.1, atMost: 60_000 };

/** Work that took long the last time is announced, so that nobody waits before an empty screen. */
const announce = (event: EventOf<'stage-started'>, transcript: Transcript): readonly string[] => {
  const { stage, fingerprint, expectedSeconds = 0 } = event;
  if (expectedSeconds * 1000 < between.milliseconds) return [];
  const remark = `took ${formatSeconds(expectedSeconds)} the last time`;
  return rowLines({ state: 'running', stage, fingerprint, remarks: [remark] }, transcript.layout());
};

const progressLines = (
  stage: Running | undefined,
  event: EventOf<'stage-progress'>,
  { at, transcript }: { readonly at: number; readonly transcript: Transcript },
): readonly string[] => {
  if (stage === undefined) return [];
  const meter = advance(stage.meter, event.progress, at);
  stage.meter = meter;
  if (!isDue(stage, meter, at)) return [];
  stage.saidAt = at;
  stage.saidFraction = fractionOf(meter);
  const { amount, left, note, rate } = partsOf(meter, at);
  const remark = [`${amount} (${percentOf(meter)})`, left, note, rate].filter((part) => part !== '').join(', ');
  const { fingerprint, startedAt } = stage;
  const seconds = (at - startedAt) / 1000;
  return rowLines(
    { state: 'running', stage: event.stage, fingerprint, seconds, remarks: [remark] },
    transcript.layout(),
  );
};

const isDue = ({ saidAt, saidFraction }: Running, meter: Meter, at: number): boolean => {
  const waited = at - saidAt;
  if (waited < between.milliseconds) return false;
  return waited >= between.atMost || Math.abs(fractionOf(meter) - saidFraction) >= between.fraction;
};
