import type { Diagnostic } from '../types/diagnostic.ts';
import type { StageTypeFile } from '../types/generated/stage.ts';
import type { Project } from '../types/pipeline.ts';
import type { Finding } from './finding.ts';
import { loadStageType, stageTypeNames } from './stage-types.ts';

export interface FoundStageType {
  readonly name: string;
  /** Whose folder it comes from. */
  readonly origin: 'project' | 'stemma';
  /** Absolute path of its folder. */
  readonly folder: string;
  readonly declaration: StageTypeFile;
}

/** Every stage type that a project can use, sorted by name, and what is wrong with those that it cannot. */
export const allStageTypes = async (
  project: Project,
): Promise<{ readonly types: readonly FoundStageType[]; readonly diagnostics: readonly Diagnostic[] }> => {
  const findings: Finding[] = [];
  const types: FoundStageType[] = [];
  for (const name of stageTypeNames(project)) {
    const found = await loadStageType(project, name, (finding) => findings.push(finding));
    if (typeof found === 'string') continue;
    const { folder } = found.type;
    const origin = folder.startsWith(`${project.root}/stages/`) ? 'project' : 'stemma';
    types.push({ name, origin, folder, declaration: found.declaration });
  }
  if (findings.length === 0) return { types, diagnostics: [] };
  const { placeFindings } = await import('./places.ts');
  return { types, diagnostics: placeFindings(findings) };
};
