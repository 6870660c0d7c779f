// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
export const paramsValidators = {
  '7760a5a5ce90f1c50ad52b3bb68cfcb409a0d348b55eb2f066cd92e85474cac1': () => import('./none.js'),
  'e603d59f66195f73790317982433b1ca82c33781aa9a6a6a9113d88b4d992d8e': () => import('./augment.js'),
  '4f9efe0bdedda84aeafdc17589023ec0eb21b90f6fbd14713f054e6eef825cc3': () => import('./clean.js'),
  'a86eabfdcd6f66b191d50433a3a8766340ef9fe1912b9ad5af3d5428ceb9f382': () => import('./evaluate.js'),
  '797da4cbc1c79f5c30aafc47b5001ac774366570b34a1a0dfc0d3ad6d3ed755d': () => import('./ingest.js'),
  '33855fa1a52429ab0c81a34a39bdfeb03a571365c88289b7c53c67a7a91ffd60': () => import('./leakage.js'),
  '1b87a99de8f07f5819c9b9e7e4b9abfe910b224f857a7914f7402793cb8374cd': () => import('./normalize.js'),
  '086c85a49a85d9b309212aabdf1d0f5fa49736f718eda085aa1db1f755f414d1': () => import('./report.js'),
  '5db8b101d5f41c536149149051bce2f4100001b90c903b937d267737641e91f5': () => import('./split.js'),
  'c9218bd20b9a8ceea9e14d4c98667744d5ecb5732eb115acb2039ac4f3045960': () => import('./train.js'),
};
