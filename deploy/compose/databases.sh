#!/bin/bash
# A database and a user of its own for each service: none can read another's. Run once by the postgres image.
set -euo pipefail

for service in intake verification routing tracking notification; do
    variable="${service^^}_PASSWORD"
    psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --set name="lapor_$service" --set password="${!variable}" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
