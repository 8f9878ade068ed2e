import { databaseContract } from '../contracts/database.ts';
import { sightsContract } from '../contracts/sights.ts';
import { openTestDatabase } from '../helpers/database.ts';

databaseContract('a file', openTestDatabase);
sightsContract('a file', openTestDatabase);
