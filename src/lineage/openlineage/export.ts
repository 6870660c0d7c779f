import type { RunAccount } from '../run-account.ts';
import { stageTimes } from '../stage-times.ts';
import type { LineageEvent } from './event.ts';
import type { Origin } from './facets.ts';
import { runEnd, runStart } from './run-events.ts';
import { stageEnd, stageStart, typesOf } from './stage-events.ts';

/** A recorded run as OpenLineage events: the run's start, start and end of every stage, and the run's end. */
export const openLineageOf = (origin: Origin, account: RunAccount): readonly LineageEvent[] => {
  const { record, stages } = account;
  const subject = { run: record.run, pipeline: record.pipeline.name };
  const times = stageTimes(account);
  const types = new Map(stages.flatMap((stage) => typesOf(subject.pipeline, stage)));
  return [
    runStart(origin, subject, record.started),
    ...stages.flatMap((stage) => {
      const name = stage.entry.stage;
      const { started, ended } = times.get(name)!;
      return [
        stageStart(origin, { ...subject, stage: name }, started),
        stageEnd(origin, subject, stage, { time: ended, types }),
      ];
    }),
    runEnd(origin, account),
  ];
};

/** Events as text, one JSON object a line. */
export const linesOf = (events: readonly LineageEvent[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');
