import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Dep } from '../types/pipeline.ts';
import { outside, shapeProblem } from './dep-path.ts';
import type { Finding } from './finding.ts';
import { valueAt } from './finding.ts';
import type { Look } from './probe.ts';
import { lookInside, tidyPath } from './probe.ts';
import { ancestors } from './project.ts';
import type { DepSite, Resolving } from './resolving.ts';

interface PackageDep {
  readonly package: string;
  readonly path: string;
  readonly digest?: string;
}

/** `{ "package": …, "path": … }`: files of an npm package, found as Node finds packages from the project's folder. */
export const resolvePackageDep = (dep: PackageDep, site: DepSite, resolving: Resolving): Dep | undefined => {
  const tell = (key: 'package' | 'path', finding: Finding): undefined => {
    const spot = valueAt(resolving.document, 'stages', site.stage.name, 'deps', site.name, key);
    resolving.report({ ...finding, spot });
  };
  const found = findPackage(resolving.project.root, dep.package);
  if (found === undefined) return tell('package', notInstalled(dep.package));
  const path = tidyPath(dep.path);
  const look = lookIn(found.folder, path);
  if (look.kind === 'outside')
    return tell('path', {
      ...outside(dep.path, look),
      message: `"${dep.path}" leads out of the package`,
      hint: undefined,
    });
  if (look.kind === 'missing') return tell('path', pathMissing(dep, found.version));
  const problem = shapeProblem(look, site, `"${dep.path}" of ${dep.package}`);
  if (problem !== undefined) return tell('path', problem);
  const location = join(found.folder, path);
  return {
    kind: 'package',
    package: dep.package,
    version: found.version,
    path,
    location,
    ...(dep.digest === undefined ? {} : { digest: dep.digest }),
  };
};

export interface FoundPackage {
  readonly folder: string;
  readonly version: string;
}

/** Node's own rule, from the project's folder on: the nearest node_modules that holds the package. */
export const findPackage = (root: string, name: string): FoundPackage | undefined => {
  for (const ancestor of ancestors(root)) {
    const folder = join(ancestor, 'node_modules', name);
    const version = versionIn(folder);
    if (version !== undefined) return { folder, version };
  }
  return undefined;
};

const versionIn = (folder: string): string | undefined => {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : '0.0.0';
  } catch {
    return undefined;
  }
};

const lookIn = (folder: string, path: string): Look => {
  if (path.startsWith('/') || path === '..' || path.startsWith('../')) return { kind: 'outside', target: path };
  try {
    return lookInside(realpathSync.native(folder), join(folder, path));
  } catch {
    return { kind: 'missing' };
  }
};

const notInstalled = (name: string): Finding => ({
  code: 'package-not-installed',
  message: `the package "${name}" is not installed`,
  hint: `install it in the project: npm install ${name}`,
});

const pathMissing = (dep: PackageDep, version: string): Finding => ({
  code: 'package-path-not-found',
  message: `the package "${dep.package}" ${version} has no "${dep.path}"`,
});
