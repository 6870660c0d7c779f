import type { Delivered } from '../lineage/openlineage/delivery.ts';
import { originOf } from '../lineage/openlineage/facets.ts';
import { liveLineage } from '../lineage/openlineage/live.ts';
import { sendTo } from '../lineage/openlineage/target.ts';
import { stemmaVersion } from '../run/record.ts';
import type { RunEvent } from '../types/events.ts';
import type { Project } from '../types/pipeline.ts';
import { openForReading } from './open-for-reading.ts';
import { nameOf, namespaceOf, targetOf } from './openlineage-settings.ts';

/** A run's events as OpenLineage, sent on while it happens. */
export interface LiveSink {
  readonly event: (event: RunEvent) => void;
  /** Waits a little for what is under way, and says on stderr what did not arrive. */
  readonly close: () => Promise<void>;
}

/** Undefined where nobody asked for it. Throws the user's mistakes before anything runs. */
export const openLiveSink = (option: string | undefined, project: Project): LiveSink | undefined => {
  const target = targetOf(option, process.env);
  if (target === undefined) return undefined;
  const sender = sendTo(target);
  const live = liveLineage({
    origin: originOf(namespaceOf(process.env), stemmaVersion()),
    records: openForReading(project).records,
    now: () => new Date(),
    send: sender.send,
  });
  let run = 'last';
  return {
    event: (event) => {
      if (event.type === 'run-started') run = event.run;
      live.event(event);
    },
    close: async () => {
      live.close();
      const delivered = await sender.close();
      if (delivered.arrived === delivered.sent) return;
      const hint = `\`stemma export ${run} --format openlineage\` writes all of them`;
      process.stderr.write(`note: ${shortfall(delivered, nameOf(target))}\nhint: ${hint}\n`);
    },
  };
};

const shortfall = ({ sent, arrived, problems }: Delivered, target: string): string => {
  const whys = [...problems].map(([why, count]) => (problems.size === 1 ? why : `${why} (${count})`));
  return `${sent - arrived} of ${sent} OpenLineage events did not reach ${target}: ${whys.join(', ')}`;
};
