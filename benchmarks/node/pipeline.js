// A trigger function of aws-lambda-stream as its documentation teaches it: the flavour `cdc`, a rule for each entity,
// its own batching and eight calls at a time. Events carry CloudEvents' attributes and are validated by ajv.
// It has no memory of what was sent: a record that comes again is sent again.
'use strict';

const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
const Ajv = require('ajv/dist/2020').default;
const addFormats = require('ajv-formats').default;
const { cdc, defaultOptions, fromDynamodb, initialize, initializeFrom, toPromise } = require('aws-lambda-stream');

const SCHEMAS = join(__dirname, '..', 'project', 'schemas');
const read = (...path) => JSON.parse(readFileSync(join(SCHEMAS, ...path), 'utf8'));

const ajv = new Ajv({ allErrors: false });
addFormats(ajv);
readdirSync(join(SCHEMAS, 'common')).forEach((name) => ajv.addSchema(read('common', name)));

const moment = (seconds) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
const sorted = (set) => [...set].sort((one, other) => (one < other ? -1 : 1));

const order = (item, old) => ({
  subject: item.orderId,
  data: {
    orderId: item.orderId,
    status: item.status,
    previousStatus: old?.status, // what is undefined is left out of the JSON
    customerId: item.customerId,
    email: item.email,
    placedAt: moment(item.placedAt),
    updatedAt: item.updatedAt,
    total: { amount: item.total, currency: item.currency },
    discount: { amount: item.discount, currency: item.currency },
    lines: item.lines.map(({ sku, quantity, price }) => ({
      sku,
      quantity,
      price: { amount: price, currency: item.currency },
    })),
    shipTo: item.shipTo,
    tags: sorted(item.tags),
    warehouses: sorted(item.warehouses),
    gift: item.gift,
    coupon: item.coupon,
  },
});

const customer = (item, old) => ({
  subject: item.customerId,
  data: {
    customerId: item.customerId,
    name: item.name,
    email: item.email,
    previousEmail: old?.email,
    phone: item.phone,
    birthday: item.birthday,
    registeredAt: moment(item.registeredAt),
    updatedAt: item.updatedAt,
    language: item.language,
    addresses: item.addresses,
    interests: sorted(item.interests),
    tier: item.loyalty.tier,
    points: item.loyalty.points,
    balance: { amount: item.loyalty.balance, currency: item.currency },
    newsletter: item.newsletter,
  },
});

const product = (item, old) => ({
  subject: item.sku,
  data: {
    sku: item.sku,
    name: item.name,
    description: item.description,
    price: { amount: item.price, currency: item.currency },
    previousPrice: old?.price,
    listedAt: moment(item.listedAt),
    updatedAt: item.updatedAt,
    image: item.image,
    colours: sorted(item.colours),
    category: item.category,
    width: item.dimensions.width,
    height: item.dimensions.height,
    weight: item.dimensions.weight,
    stock: item.stock.map(({ warehouse, pieces }) => ({ warehouse, pieces })),
    active: item.active,
  },
});

const toEvent = (entity, map, validate) => ({ event, record }) => {
  const { subject, data } = map(event.raw.new || event.raw.old, event.raw.old);
  data.change = record.eventName.toLowerCase();
  if (!validate(data)) throw new Error(ajv.errorsText(validate.errors));
  return {
    specversion: '1.0',
    id: `${event.id}/${entity}.saved`,
    source: `/shop/${entity}s`,
    type: `com.example.shop.${entity}.saved.v1`,
    subject,
    time: moment(event.timestamp / 1000),
    datacontenttype: 'application/json',
    data,
    raw: undefined, // the library publishes both images unless told not to
  };
};

const rules = Object.entries({ order, customer, product }).map(([entity, map]) => ({
  id: entity,
  flavor: cdc,
  eventType: /-(created|updated|deleted)$/,
  filters: [(uow) => uow.event.partitionKey.startsWith(`${entity.toUpperCase()}#`)],
  source: `/shop/${entity}s`,
  toEvent: toEvent(entity, map, ajv.compile(read(entity, 'saved.v1.json'))),
}));

const OPTIONS = { ...defaultOptions, busName: 'domain' };

exports.handler = async (event) =>
  initialize(initializeFrom(rules), OPTIONS).assemble(fromDynamodb(event)).through(toPromise);
