import { join } from 'node:path';
import { digestOf } from '../../fingerprint/canonical.ts';
import { outPath } from '../../plan/inputs.ts';
import type { Leakage } from '../../types/generated/leakage.ts';
import type { Listener } from '../finding.ts';
import { isLeakage } from '../generated/leakage.js';
import { jsonIn, read } from '../read.ts';
import type { Survey } from '../survey.ts';
import type { PlacedStage } from './states.ts';

/**
 * What the stages in the workspace found between their splits: a leak that is certain and that nobody has accepted is
 * a finding, since all that was measured after it is too good; a suspect is a remark. The outs are read by the digest
 * that was recorded, from the store, so that nobody can take a leak out of the file.
 */
export const checkLeakage = (
  survey: Survey,
  { placed, sound }: { readonly placed: readonly PlacedStage[]; readonly sound: ReadonlySet<string> },
  listener: Listener,
): void => {
  const outs = placed.flatMap(leakageOutsOf);
  for (const [i, { path, digest }] of outs.entries()) {
    const bytes = bytesOf(path, digest, { survey, sound });
    // That it is gone or changed is told by the checks of content and outs.
    if (bytes !== undefined) tell(path, jsonIn(bytes), listener);
    listener.progress(i + 1, outs.length);
  }
  listener.progress(outs.length, outs.length);
};

/** By its name: which type a stage has is not kept of its record. What the file is, its format says. */
const leakageOutsOf = ({ pipeline, stage, record }: PlacedStage) =>
  record.outs.flatMap(({ name, digest }) => {
    const path = record.paths[name]!;
    return /(^|\/)leakage\.json$/.test(path) ? [{ path: outPath(pipeline, stage, path), digest }] : [];
  });

interface Places {
  readonly survey: Survey;
  readonly sound: ReadonlySet<string>;
}

const bytesOf = (path: string, digest: string, { survey, sound }: Places): Buffer | undefined => {
  const hex = digest.replace(/^sha256:/, '');
  const stored = survey.contents.get(hex);
  const found = read(stored !== undefined && sound.has(hex) ? stored : join(survey.project.root, path));
  if (typeof found === 'string' || 'problem' in found) return undefined;
  return digestOf(found.bytes) === digest ? found.bytes : undefined;
};

const tell = (path: string, value: unknown, listener: Listener): void => {
  if (Object(value).format !== 'stemma-leakage-v1') return;
  if (isLeakage(value)) tellFindings(path, value, listener);
  else listener.note(path, 'is no account of leaks that this version can read');
};

const tellFindings = (path: string, value: Leakage, listener: Listener): void => {
  const open = value.findings.filter(({ accepted }) => accepted === undefined);
  const certain = open.filter(({ certainty }) => certainty === 'certain');
  if (certain.length > 0)
    listener.finding('splits-leak', path, {
      expected: 'no leak between the splits that is certain',
      found: certain.map(({ message }) => message).join('; '),
    });
  for (const finding of open) if (finding.certainty === 'suspect') listener.note(path, suspicion(finding));
};

const suspicion = ({ message }: Leakage['findings'][number]): string => `suspects a leak: ${message}`;
