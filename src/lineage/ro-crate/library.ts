import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Entity } from './entity.ts';

/** What is used of the package `ro-crate`. */
export interface CrateLibrary {
  readonly ROCrate: new (
    json: { readonly '@context': unknown; readonly '@graph': readonly Entity[] },
    config?: { readonly array?: boolean; readonly link?: boolean },
  ) => object;
}

/**
 * The package, from the project's own `node_modules`, else from where Stemma is installed; undefined where neither has
 * it. It is GPL-3.0-or-later: Stemma neither holds it nor installs it, and works without it.
 */
export const loadCrateLibrary = async (root: string): Promise<CrateLibrary | undefined> => {
  const found = resolveFrom(join(root, 'package.json')) ?? resolveFrom(import.meta.url);
  if (found === undefined) return undefined;
  const module = (await import(pathToFileURL(found).href)) as Partial<CrateLibrary> & {
    readonly default?: CrateLibrary;
  };
  return module.ROCrate === undefined ? module.default : (module as CrateLibrary);
};

const resolveFrom = (place: string): string | undefined => {
  try {
    return createRequire(place).resolve('ro-crate');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
};
