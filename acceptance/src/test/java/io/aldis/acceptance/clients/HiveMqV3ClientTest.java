package io.aldis.acceptance.clients;

import io.aldis.acceptance.clients.LibraryClient.Identity;

class HiveMqV3ClientTest extends LibraryContract {
    @Override
    LibraryClient library(Identity identity) throws Exception {
        return new HiveMqV3Client(identity);
    }
}
