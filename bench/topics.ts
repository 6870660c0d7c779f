import type { Report } from './report.ts';
import type { Settings } from './settings.ts';
import { advise } from './topics/advise.ts';
import { audit } from './topics/audit.ts';
import { backends } from './topics/backends.ts';
import { card } from './topics/card.ts';
import { gc } from './topics/gc.ts';
import { hashing } from './topics/hashing.ts';
import { history } from './topics/history.ts';
import { images } from './topics/images.ts';
import { lineage } from './topics/lineage.ts';
import { loop } from './topics/loop.ts';
import { noOp } from './topics/no-op.ts';
import { overhead } from './topics/overhead.ts';
import { restoring } from './topics/restoring.ts';
import { sampler } from './topics/sampler.ts';
import { secondRun } from './topics/second-run.ts';
import { tables } from './topics/tables.ts';
import { wasm } from './topics/wasm.ts';
import { watch } from './topics/watch.ts';

/** All that `make bench` measures, in its order. */
export const topics: Readonly<Record<string, (settings: Settings) => Report | Promise<Report>>> = {
  'no-op': noOp,
  overhead,
  hashing,
  restoring,
  'second-run': secondRun,
  history,
  audit,
  lineage,
  gc,
  sampler,
  watch,
  backends,
  card,
  wasm,
  loop,
  advise,
  tables,
  images,
};
