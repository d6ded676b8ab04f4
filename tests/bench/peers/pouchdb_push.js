// PouchDB to express-pouchdb (LevelDB both sides) over loopback: pushes the records of a JSON
// file and prints {"records", "seconds", "arrived"}. Usage: node pouchdb_push.js RECORDS FOLDER
'use strict';
const fs = require('fs');
const path = require('path');
const express = require('express');
const PouchDB = require('pouchdb');
const serve = require('express-pouchdb');

const WRITTEN_AT_ONCE = 500;
const REPLICATED_AT_ONCE = 500;

async function main(recordsPath, folder) {
  const records = JSON.parse(fs.readFileSync(recordsPath, 'utf8'));
  const Remote = PouchDB.defaults({ prefix: path.join(folder, 'remote-') });
  const Local = PouchDB.defaults({ prefix: path.join(folder, 'local-') });
  const app = express();
  app.use('/', serve(Remote, {
    mode: 'minimumForPouchDB',
    logPath: path.join(folder, 'log.txt'),
    configPath: path.join(folder, 'config.json'),
  }));
  const server = await new Promise((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const local = new Local('counter');
  const remote = new PouchDB(`http://127.0.0.1:${server.address().port}/centre`);
  await remote.info();
  for (let at = 0; at < records.length; at += WRITTEN_AT_ONCE) {
    const docs = records.slice(at, at + WRITTEN_AT_ONCE).map(({ id, ...rest }) => ({ _id: id, ...rest }));
    const failed = (await local.bulkDocs(docs)).filter((result) => result.error);
    if (failed.length) throw new Error(`not written: ${JSON.stringify(failed[0])}`);
  }
  const started = process.hrtime.bigint();
  await local.replicate.to(remote, { batch_size: REPLICATED_AT_ONCE });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const arrived = (await remote.info()).doc_count;
  console.log(JSON.stringify({ records: records.length, seconds, arrived }));
  process.exit(0);
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
