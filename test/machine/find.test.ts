import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { userCacheFolder } from '../../src/machine/cache-folder.ts';
import { findTensorflow, listInstalled } from '../../src/machine/tensorflow/find.ts';
import { temporaryFolder } from '../rig/project.ts';

describe('the cache folder of the user', () => {
  const place = { platform: 'linux' as const, home: '/home/u' };

  it('is the one that is named, else a folder of the shared one, else of the home', () => {
    const all = { STEMMA_CACHE_DIR: '/own', XDG_CACHE_HOME: '/shared' };
    expect(userCacheFolder({ ...place, environment: all })).toBe('/own');
    expect(userCacheFolder({ ...place, environment: { XDG_CACHE_HOME: '/shared' } })).toBe('/shared/stemma');
    expect(userCacheFolder({ ...place, environment: {} })).toBe('/home/u/.cache/stemma');
    expect(userCacheFolder({ ...place, platform: 'darwin', environment: {} })).toBe('/home/u/Library/Caches/stemma');
  });

  it('is absolute, whatever the variables say', () => {
    expect(userCacheFolder({ ...place, environment: { STEMMA_CACHE_DIR: 'here' } })).toBe(join(process.cwd(), 'here'));
    expect(userCacheFolder({ ...place, environment: { XDG_CACHE_HOME: 'here' } })).toBe('/home/u/.cache/stemma');
    expect(userCacheFolder({ ...place, environment: { STEMMA_CACHE_DIR: '', XDG_CACHE_HOME: '' } })).toBe(
      '/home/u/.cache/stemma',
    );
  });
});

describe('an installation of TensorFlow', () => {
  const install = (cache: string, name: string, fields: object = {}): void => {
    const folder = join(cache, 'backends', name);
    mkdirSync(folder, { recursive: true });
    const [, tensorflow, device] = name.split('-');
    const system = { platform: process.platform, arch: process.arch, nodeApi: 8 };
    const rest = { system, source: { kind: 'folder', name: '/x' }, libraryFolders: [], files: [] };
    const installation = { format: 'stemma-tensorflow-v1', tensorflow, addon: '4.22.0', device, ...rest, ...fields };
    writeFileSync(join(folder, 'installation.json'), JSON.stringify(installation));
  };

  it('is found by its device, the GPU first', () => {
    const cache = temporaryFolder();
    expect(findTensorflow(cache)).toBeUndefined();
    install(cache, 'tensorflow-2.21.0-cpu');
    expect(findTensorflow(cache)).toMatchObject({ version: '2.21.0', device: 'cpu', libraryFolders: [] });
    expect(findTensorflow(cache, 'gpu')).toBeUndefined();
    install(cache, 'tensorflow-2.21.0-gpu', { libraryFolders: ['lib/cuda', '/opt/cuda'] });
    expect(findTensorflow(cache)).toMatchObject({
      device: 'gpu',
      libraryFolders: [join(cache, 'backends/tensorflow-2.21.0-gpu/lib/cuda'), '/opt/cuda'],
    });
    expect(findTensorflow(cache, 'cpu')).toMatchObject({ device: 'cpu' });
  });

  it('is listed but not used where it is of another version or for another machine', () => {
    const cache = temporaryFolder();
    install(cache, 'tensorflow-2.20.0-cpu');
    install(cache, 'tensorflow-2.21.0-cpu', { system: { platform: process.platform, arch: 'vax', nodeApi: 8 } });
    install(cache, 'tensorflow-2.21.0-gpu', { addon: '4.21.0' });
    expect(listInstalled(cache)).toHaveLength(3);
    expect(findTensorflow(cache)).toBeUndefined();
  });

  it('counts as absent where it says what it is not, or nothing', () => {
    const cache = temporaryFolder();
    install(cache, 'tensorflow-2.21.0-cpu', { device: 'gpu' });
    install(cache, 'tensorflow-2.21.0-gpu', { format: 'stemma-tensorflow-v9' });
    mkdirSync(join(cache, 'backends/tensorflow-2.19.0-cpu'));
    mkdirSync(join(cache, 'backends/.tmp-1'));
    expect(listInstalled(cache)).toEqual([]);
  });
});
