/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What `stemma backend install` put into a folder of the user's cache: TensorFlow's libraries and the addon that was built against them.
 */
export interface TensorflowInstallation {
  /**
   * Format and version of this file and of the folder that it stands in.
   */
  format: 'stemma-tensorflow-v1';
  /**
   * Version of TensorFlow.
   */
  tensorflow: string;
  /**
   * Version of @tensorflow/tfjs-node-gpu, whose sources the addon and the kernels are made from.
   */
  addon: string;
  /**
   * What the libraries were built for; with those for the GPU, TensorFlow can use the processor alone too.
   */
  device: 'cpu' | 'gpu';
  system: InstallationSystem;
  source: InstallationSource;
  /**
   * Folders in which the dynamic linker has to look, as for CUDA's libraries: relative to this file's folder, or absolute.
   */
  libraryFolders: string[];
  /**
   * All files of the installation, but this one.
   */
  files: InstalledFile[];
}
/**
 * What it was built for.
 */
export interface InstallationSystem {
  /**
   * Node's name of the operating system.
   */
  platform: string;
  /**
   * Node's name of the processor's kind.
   */
  arch: string;
  /**
   * Version of Node-API: any Node that has it loads the addon.
   */
  nodeApi: number;
}
/**
 * Where the libraries came from.
 */
export interface InstallationSource {
  /**
   * Brought by pip; a wheel file that was given; or a folder of an installed TensorFlow, which was copied.
   */
  kind: 'pip' | 'wheel' | 'folder';
  /**
   * Name of the wheel, or path of the folder.
   */
  name: string;
  /**
   * Of the wheel, in hexadecimal digits.
   */
  sha256?: string;
}
export interface InstalledFile {
  /**
   * Relative to the installation.
   */
  path: string;
  /**
   * Its size.
   */
  bytes: number;
  /**
   * In hexadecimal digits.
   */
  sha256: string;
}
