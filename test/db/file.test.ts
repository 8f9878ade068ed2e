import { databaseContract } from '../contracts/database.ts';
import { maintenancesContract } from '../contracts/maintenances.ts';
import { sightsContract } from '../contracts/sights.ts';
import { openTestDatabase } from '../helpers/database.ts';

databaseContract('a file', openTestDatabase);
sightsContract('a file', openTestDatabase);
maintenancesContract('a file', openTestDatabase);
