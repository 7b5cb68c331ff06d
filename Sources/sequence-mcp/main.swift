CommandLineInterface.main()
