// SPDX-License-Identifier: Apache-2.0
import audit from './audit.json';
import desk from './desk.json';
import inbox from './inbox.json';
import map from './map.json';
import network from './network.json';
import people from './people.json';
import policies from './policies.json';
import problem from './problem.json';
import product from './product.json';
import recall from './recall.json';
import register from './register.json';
import search from './search.json';
import shell from './shell.json';
import start from './start.json';
import write from './write.json';

export default { audit, desk, inbox, map, network, people, policies, problem, product, recall, register, search, shell, start, write };
