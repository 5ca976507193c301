export AUTH_SECRET="only for trying out: 32 bytes or more"
npm start
