// Made from schemas/ by `npm run generate`. Do not edit: edit the schema.
export const paramsValidators = {
  '7760a5a5ce90f1c50ad52b3bb68cfcb409a0d348b55eb2f066cd92e85474cac1': () => import('./none.js'),
  'e603d59f66195f73790317982433b1ca82c33781aa9a6a6a9113d88b4d992d8e': () => import('./augment.js'),
  '867d6765a10387eb68bede70fc371e4afd9acb3d43481812d65b1dbed55db405': () => import('./balance.js'),
  'bbda16bf7a90238702b745f880894a7b1d9edaed35ac9fbf50142f19b4e803f2': () => import('./clean.js'),
  'a86eabfdcd6f66b191d50433a3a8766340ef9fe1912b9ad5af3d5428ceb9f382': () => import('./evaluate.js'),
  '04430f4440205f9d1a2b94fac35cb5f7e56a14df25e068814020920b826f3023': () => import('./impute.js'),
  'fabb629e949f83f3656d02503266407c47a3814fa1826d6801b11add3c2c207c': () => import('./ingest.js'),
  '6a50a874a4773ba34f1598b9ef8ce07b4e7bb49e470dd4b6529db31aa1723510': () => import('./label-errors.js'),
  '33855fa1a52429ab0c81a34a39bdfeb03a571365c88289b7c53c67a7a91ffd60': () => import('./leakage.js'),
  '69e8500e5770b28a33e523baa91beef3a9b4ef1109eb2b957b824bacf1d2ce1f': () => import('./normalize.js'),
  '2e703fdbe96aeb87ec6dd82d3e110162ef023c58310400884b9dd74195b4278d': () => import('./outliers.js'),
  '79f94ff5701f2653a22cc2c228563d9fb07b31b966f07b4bc35bf7fdbd426780': () => import('./profile.js'),
  '086c85a49a85d9b309212aabdf1d0f5fa49736f718eda085aa1db1f755f414d1': () => import('./report.js'),
  '797259066edfa734bfb8890253c928c69579c247ab0696c956a9f0c970fe6086': () => import('./split.js'),
  'e988ee414609f8cc975e4329689d2481f49d2a830b39329f52bf949f2454ad76': () => import('./train.js'),
  '690baa06b29b988a82dd0ef2f57f0916e320962e2982433f5e016da01f0085bf': () => import('./windows.js'),
};
