import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeMachine } from './machine.ts';
import { isReached, type Report, renderReport } from './report.ts';
import type { Settings } from './settings.ts';
import { topics } from './topics.ts';

export interface BenchRequest extends Settings {
  /** Names of the topics to measure; empty: all. */
  readonly topics: readonly string[];
}

/** Measures, prints a table a topic, and writes the figures to `results.json`. Exit code 2 for an unknown topic. */
export const main = async (request: BenchRequest): Promise<number> => {
  const unknown = request.topics.find((name) => !(name in topics));
  if (unknown !== undefined) {
    process.stderr.write(`there is no topic "${unknown}"; there are: ${Object.keys(topics).join(', ')}\n`);
    return 2;
  }
  const machine = describeMachine();
  console.log(`${machine}\n`);
  const reports: Record<string, Report> = {};
  for (const [name, measure] of Object.entries(topics)) {
    if (request.topics.length > 0 && !request.topics.includes(name)) continue;
    const report = await measure(request);
    reports[name] = report;
    console.log(renderReport(report));
  }
  mkdirSync(request.folder, { recursive: true });
  writeFileSync(join(request.folder, 'results.json'), `${JSON.stringify({ machine, reports }, null, 2)}\n`);
  sayMissed(Object.values(reports));
  return 0;
};

/** A machine that is busy with something else misses bars: that is said, and is no failure. */
const sayMissed = (reports: readonly Report[]): void => {
  const missed = reports.flatMap(({ title, figures }) =>
    figures.filter((figure) => !isReached(figure)).map(({ what }) => `${title}: ${what}`),
  );
  console.log(missed.length === 0 ? 'All that is to reach was reached.' : `Missed:\n- ${missed.join('\n- ')}`);
};
