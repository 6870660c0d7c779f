import { join } from 'node:path';
import { shortDigest } from '../../fingerprint/canonical.ts';
import { stageCode } from '../../fingerprint/code.ts';
import { loadStageType } from '../../load/stage-types.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Workspace } from '../../plan/workspace.ts';
import type { BackendChoice } from '../../types/stage.ts';
import type { Program } from '../order.ts';
import type { ReplayProblem } from './inputs.ts';
import type { RecordedStage } from './recorded-stage.ts';

type Uses = RecordedStage['program'] & { kind: 'uses' };

/** The bundle of a stage type, if its code is still the recorded code; it is made where `to` keeps bundles. */
export const recordedCode = async (
  { type, version, code }: Uses,
  { from, to }: { readonly from: Workspace; readonly to: Workspace },
): Promise<Program | ReplayProblem> => {
  const hint = 'check out the version of the code that was executed then';
  const loaded = await loadStageType(from.project, type, () => {});
  if (typeof loaded === 'string') return { message: `stage type "${type}" is ${loaded} now`, hint };
  const { folder, entry, reads } = loaded.type;
  if (loaded.type.version !== version)
    return { message: `stage type "${type}" had version ${version} and has ${loaded.type.version} now`, hint };
  const paths = reads.map((path) => join(folder, path));
  const { statCache } = from;
  try {
    const now = await stageCode({ entry, reads: paths, cacheFolder: to.folders.code, statCache });
    if (now.digest === code) return { kind: 'module', module: now.module, code };
    const digests = `${shortDigest(code)} was executed, now it is ${shortDigest(now.digest)}`;
    return { message: `the code of stage type "${type}" is no longer what it was: ${digests}`, hint };
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'CodeProblem') throw error;
    return { message: `the code of stage type "${type}" does not compile now: ${error.message}`, hint };
  }
};

/** What is otherwise than it was and may change the last bits: to be known before the stage is executed. */
export const machineNotes = async (
  { program, backend }: RecordedStage,
  { nodeVersion, machine }: { readonly nodeVersion: string; readonly machine: () => Machine },
): Promise<string[]> => {
  const major = Number(nodeVersion.split('.')[0]);
  const node =
    program.kind === 'uses' && program.node !== major
      ? [`it was executed by Node ${program.node}, and this is Node ${major}`]
      : [];
  return [...node, ...(backend === undefined ? [] : await backendNotes(backend, machine()))];
};

const backendNotes = async (backend: BackendChoice, machine: Machine): Promise<string[]> => {
  const { name, version, device, threads } = backend;
  const now = await machine.look({ name, device });
  const then = `${name} ${version} (${device.toUpperCase()}, ${threads} ${threads === 1 ? 'thread' : 'threads'})`;
  const here = now.kind === 'there' ? `${name} ${now.version}` : `it cannot be had here: ${now.why}`;
  return [
    ...(now.kind === 'there' && now.version === version ? [] : [`it was executed on ${then}; here is ${here}`]),
    ...(backend.deterministic ? [] : ['it is declared nondeterministic on this backend: its outs may differ']),
  ];
};
