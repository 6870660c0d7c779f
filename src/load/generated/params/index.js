// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
export const paramsValidators = {
  '7760a5a5ce90f1c50ad52b3bb68cfcb409a0d348b55eb2f066cd92e85474cac1': () => import('./none.js'),
  'e603d59f66195f73790317982433b1ca82c33781aa9a6a6a9113d88b4d992d8e': () => import('./augment.js'),
  '867d6765a10387eb68bede70fc371e4afd9acb3d43481812d65b1dbed55db405': () => import('./balance.js'),
  'cd7ee03dac9daf1c0fc5af158cfb51aebf4cc0e47e10da633beefc49114c4565': () => import('./clean.js'),
  'a86eabfdcd6f66b191d50433a3a8766340ef9fe1912b9ad5af3d5428ceb9f382': () => import('./evaluate.js'),
  '04430f4440205f9d1a2b94fac35cb5f7e56a14df25e068814020920b826f3023': () => import('./impute.js'),
  '2661a7283f268242669888b5c584a05093c61f51e1d07360d8dbcaf100ab9fda': () => import('./ingest.js'),
  '6a50a874a4773ba34f1598b9ef8ce07b4e7bb49e470dd4b6529db31aa1723510': () => import('./label-errors.js'),
  '33855fa1a52429ab0c81a34a39bdfeb03a571365c88289b7c53c67a7a91ffd60': () => import('./leakage.js'),
  '06eebd13f59be8f1f93c9a0d00cd6e3c6ff5b6fb65c8d9c0010a610573f91d44': () => import('./normalize.js'),
  '2e703fdbe96aeb87ec6dd82d3e110162ef023c58310400884b9dd74195b4278d': () => import('./outliers.js'),
  '79f94ff5701f2653a22cc2c228563d9fb07b31b966f07b4bc35bf7fdbd426780': () => import('./profile.js'),
  '086c85a49a85d9b309212aabdf1d0f5fa49736f718eda085aa1db1f755f414d1': () => import('./report.js'),
  'e5fc6179cd52f2a92f9f18cc7cc22c0b72723b37518d250297da4f27b7592ee3': () => import('./split.js'),
  'a626f2377a450612d5167f63f5ecb4cb196af360a7fb0fa78dacaac6739789e5': () => import('./train.js'),
};
