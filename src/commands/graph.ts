import { type GraphFormat, renderGraph } from '../ui/graph/render.ts';
import { graphOf } from '../ui/graph-of.ts';
import { openPipeline, type PipelineOptions } from './pipeline-options.ts';

/** `stemma graph`: the DAG on stdout. */
export const graph = async (
  name: string | undefined,
  options: PipelineOptions & { readonly format: GraphFormat },
): Promise<number> => {
  const opened = await openPipeline(name, options);
  if (opened === undefined) return 2;
  const view = graphOf(opened.pipeline);
  if (options.json) process.stdout.write(`${JSON.stringify(view, null, 2)}\n`);
  else process.stdout.write(await renderGraph(view, options.format));
  return 0;
};
