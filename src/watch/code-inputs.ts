import { lastCodeInputs } from '../fingerprint/code.ts';
import { codeOf, codeRequest } from '../plan/fields.ts';
import type { Workspace } from '../plan/workspace.ts';
import type { Stage, UsesStage } from '../types/pipeline.ts';

/** Files that the code of each stage type is made of, by its folder. Of code that does not compile, what could mend it. */
export const codeInputs = async (
  stages: readonly Stage[],
  workspace: Workspace,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const inputs = new Map<string, readonly string[]>();
  for (const stage of stages)
    if (stage.kind === 'uses' && !inputs.has(stage.type.folder))
      inputs.set(stage.type.folder, await inputsOf(stage, workspace));
  return inputs;
};

const inputsOf = async (stage: UsesStage, workspace: Workspace): Promise<readonly string[]> => {
  try {
    return (await codeOf(stage, workspace)).inputs;
  } catch (error) {
    if (!isCodeProblem(error)) throw error;
    return [...lastCodeInputs(codeRequest(stage.type, workspace)), ...error.files];
  }
};

// By name: the bundler is loaded by what has to be bundled alone.
const isCodeProblem = (error: unknown): error is Error & { readonly files: readonly string[] } =>
  error instanceof Error && error.name === 'CodeProblem';
