import { join } from 'node:path';
import { InstallProblem } from './problem.ts';

/**
 * Bundles the kernels of @tensorflow/tfjs-node-gpu and their backend into one file that asks for nothing but
 * `@tensorflow/tfjs-core`, of which there must be no second copy. What reads SavedModels (protocol buffers) stays out.
 */
export const bundleKernels = async (addon: string, target: string): Promise<void> => {
  const { build } = await import('esbuild');
  const contents = [
    "require('./dist/register_all_kernels');",
    "exports.NodeJSKernelBackend = require('./dist/nodejs_kernel_backend').NodeJSKernelBackend;",
  ].join('\n');
  const { errors } = await build({
    stdin: { contents, resolveDir: addon },
    absWorkingDir: addon,
    outfile: target,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    logLevel: 'silent',
    plugins: [{ name: 'tensorflow', setup: (plugin) => replaceImports(plugin) }],
  }).catch((error: { errors?: { text: string }[] }) => ({ errors: error.errors ?? [{ text: String(error) }] }));
  if (errors.length > 0) {
    throw new InstallProblem(`the kernels in ${join(addon, 'dist')} cannot be bundled: ${errors[0]!.text}`);
  }
};

const replaceImports = (plugin: import('esbuild').PluginBuild): void => {
  plugin.onResolve({ filter: /^@tensorflow\/tfjs(-core)?$/ }, () => ({
    path: '@tensorflow/tfjs-core',
    external: true,
  }));
  plugin.onResolve({ filter: /proto\/api_pb$/ }, () => ({ path: 'api_pb', namespace: 'none' }));
  plugin.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {};' }));
};
