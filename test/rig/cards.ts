import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './project.ts';

/** Of Debian's chromium: a Vulkan driver that computes on the processor. */
export const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** A graphics card as Vulkan tells of it. */
export interface Card {
  readonly name: string;
  /** `software` is what the driver below is in truth. */
  readonly kind: 'discrete' | 'software';
}

/** Why no cards can be had here; undefined where they can. */
export const noCards: string | undefined = !existsSync(softwareDriver)
  ? `there is no ${softwareDriver}`
  : spawnSync('cc', ['--version']).status === 0
    ? undefined
    : 'there is no C compiler';

/**
 * The environment in which Vulkan finds these cards, in this order, and no others: SwiftShader computes for all of them.
 * What is tested with them is which card is whose, not how fast it is.
 */
export const environmentWith = (cards: readonly Card[]): Readonly<Record<string, string>> => {
  const folder = temporaryFolder();
  const drivers = cards.map((card, i) => driverOf(card, join(folder, `card${i}`))).join(':');
  return { VK_ICD_FILENAMES: drivers, VK_DRIVER_FILES: drivers, STEMMA_SOFTWARE_WEBGPU: '1' };
};

/** VkPhysicalDeviceType */
const types = { discrete: 2, software: 4 };

const driverOf = ({ name, kind }: Card, path: string): string => {
  const below = join(dirname(softwareDriver), 'libvk_swiftshader.so');
  const says = [`-DNAME=${JSON.stringify(name)}`, `-DTYPE=${types[kind]}`, `-DBELOW=${JSON.stringify(below)}`];
  execFileSync('cc', ['-shared', '-fPIC', '-O1', ...says, '-o', `${path}.so`, source, '-ldl']);
  const driver = { file_format_version: '1.0.0', ICD: { library_path: `${path}.so`, api_version: '1.0.5' } };
  writeFileSync(`${path}.json`, JSON.stringify(driver));
  return `${path}.json`;
};

const source = fileURLToPath(new URL('./card.c', import.meta.url));
