// node-soap's own server over the same WSDL: AddMutatie answers the next number and keeps no books.
'use strict';
const http = require('node:http');
const fs = require('node:fs');
const soap = require('soap');

const [wsdl, port] = process.argv.slice(2);
let number = 0;
const AddMutatie = () => {
  number += 1;
  return {
    AddMutatieResult: {
      ErrorMsg: { LastErrorCode: '', LastErrorDescription: '' },
      Mutatienummer: number,
    },
  };
};
const operations = { AddMutatie };
const server = http.createServer((request, response) => response.end());
server.listen(Number(port), '127.0.0.1', () => {
  soap.listen(server, '/soap.asmx', {
    soapApp: { soapAppSoap: operations, soapAppSoap12: operations },
  }, fs.readFileSync(wsdl, 'utf8'));
});
