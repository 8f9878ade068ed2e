import { databaseContract } from '../contracts/database.ts';
import { openTestDatabase } from '../helpers/database.ts';

databaseContract('a file', openTestDatabase);
