/* Made from schemas/ by `npm run generate`. Do not edit: edit the schema. */

/**
 * What the training of a generator against a discriminator recorded by epoch: the file history.json of a gan. There is no time in it: times are telemetry.
 */
export interface GanHistory {
  /**
   * Format and version of this file.
   */
  format: 'stemma-gan-history-v1';
  /**
   * The epochs in order.
   */
  epochs: GanEpoch[];
  /**
   * Mean Euclidean distance between two images of train; of one class, where the generator draws by class.
   */
  real_distance: number;
}
/**
 * One epoch. Losses are means over its steps, in nats, taken while the weights changed.
 */
export interface GanEpoch {
  /**
   * Its number, from 1.
   */
  epoch: number;
  /**
   * How surprised the discriminator would be if drawn images were real; ln 2 where it cannot tell.
   */
  generator_loss: number;
  /**
   * Its cross entropy on real images and on drawn ones, added; 2 ln 2 where it cannot tell.
   */
  discriminator_loss: number;
  /**
   * Share of the images, half of them real and half drawn, that the discriminator told right.
   */
  accuracy: number;
  /**
   * Mean distance between two drawn images, as a share of that between two real ones.
   */
  diversity: number;
}
