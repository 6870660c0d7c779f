import { ingest } from '../../src/learn/data/ingest/ingest.ts';
import type { IngestParams } from '../../src/learn/data/ingest/params.ts';
import { counted } from '../../src/learn/data/words.ts';
import { pathOf } from '../../src/learn/paths.ts';
import type { StageRun } from '../../src/types/stage.ts';

export const run: StageRun<IngestParams> = async (context) => {
  const outs = {
    examples: pathOf(context.outs, 'examples'),
    schema: pathOf(context.outs, 'schema'),
    origins: pathOf(context.outs, 'origins'),
  };
  const stage = { ...context, rules: context.deps['schema'] };
  const { manifest, notices } = await ingest(pathOf(context.deps, 'source'), outs, context.params, stage);
  for (const notice of notices) context.notice(notice);
  context.summarize(`${counted(manifest.rows, 'example')}, ${counted(manifest.columns.length, 'column')}`);
};
